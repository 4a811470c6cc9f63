"""What only the network can tell, and what ages by itself: `make upkeep`, `make published`.

Nothing of this decides whether a test passes: other people's pages come and go.
"""
