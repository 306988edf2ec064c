"""Messages between two counties as they travel: written, signed, sealed for one reader, and receipted."""
