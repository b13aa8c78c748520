"""Which stations to retain, upgrade, merge or close."""
