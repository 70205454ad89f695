"""What names articles elsewhere: lists of feeds, bookmarks, exports of read-later services."""
