"""Every byte in or out: tables, sheets, archives, with their limits and row errors."""
