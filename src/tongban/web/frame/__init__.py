"""What stands around every page: language, sign-in, navigation, headers and the pages for when something fails."""
