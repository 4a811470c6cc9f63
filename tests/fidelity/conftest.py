def pytest_configure(config):
    config.addinivalue_line("markers", "behavior(**fields): see tests/conformance/behavior.py")
