"""What pages show: lists that are kept up to date with every event, and read by any place in them.

    views.py       what one row of each list shows, and the names of the lists
    *_rows.py      the rows of one stream: pure functions of its state and its events
    paging.py      reading a list by pages
    catalogue.py   what anyone may see; what one buyer may: `buyer_pages.py`, one seller:
                   `seller_desk.py`, the house: `house_desk.py`
    rebuilding.py  all rows computed again from the streams

Rows are written in the same append as the events they come from, so a page shows what is recorded.
What time alone has done and no worker has recorded yet is computed when a row that it concerns is
read; such a row may still be in the list it was in.
"""
