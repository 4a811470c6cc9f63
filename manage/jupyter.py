"""How JupyterLab runs here: on loopback, on labs/, with a token, asking no other host."""

import json

from manage.paths import PYTHON, ROOT, STATE

CONFIG = STATE / "jupyter" / "config"
ANNOUNCEMENTS = "@jupyterlab/apputils-extension:announcements"


def command(port: int) -> list[str]:
    """The command line. The token goes by JUPYTER_TOKEN: command lines can be read by all users."""
    page = CONFIG / "labconfig" / "page_config.json"
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(json.dumps({"disabledExtensions": {ANNOUNCEMENTS: True}}))
    return [
        *(str(PYTHON), "-m", "jupyterlab", "--no-browser", "--allow-root"),
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--ServerApp.root_dir={ROOT / 'labs'}",
        "--LabApp.extension_manager=readonly",
        "--LanguageServerManager.autodetect=False",  # it looks all over the machine for some
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
