"""What may be shown of a draft: its claims, their quotes, and whether these support them."""
