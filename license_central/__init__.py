"""License Central: the vendor's back end that binds a license to a container, behind a port."""
