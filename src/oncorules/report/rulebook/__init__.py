"""The rules of packs as a book to review: a page, a workbook, and what came back in it."""
