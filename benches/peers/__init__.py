"""Other systems, installed beside this one to be measured by the same driver in the same run. Nothing of theirs is kept here."""
