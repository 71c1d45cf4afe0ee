"""The installable program: what goes into it, how it is judged, its licences, its archive and its .deb, the bare system."""
