"""What stands around every page: language, sign-in, navigation, and the pages for when something fails."""
