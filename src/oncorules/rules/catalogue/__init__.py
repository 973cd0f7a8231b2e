"""What packs hold, shown: lists, pages, SQL."""
