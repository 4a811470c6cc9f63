"""The slow audit of the built pages: speed, accessibility and markup."""
