"""Services that span several entities: the group tree, data erasure, notifications, reports and billing."""
