"""A chapter's title, as short as the place allows."""

TRAP = "The trap: "


def plain(title: str) -> str:
    """Return a chapter's title without its mark-up, and without the word that its part says."""
    text = title.replace("`", "").removeprefix(TRAP)
    return text[:1].upper() + text[1:]


def short(title: str) -> str:
    """Return a chapter's name: what stands before its colon, or the trap, called one."""
    text = plain(title)
    return f"Trap: {text}" if title.startswith(TRAP) else text.partition(":")[0]
