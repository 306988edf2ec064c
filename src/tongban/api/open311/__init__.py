"""The door of Open311 GeoReport v2: six calls and the file by which they are found, as XML and JSON."""
