"""How much of the ban zones the mortar plants reach and can serve."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
