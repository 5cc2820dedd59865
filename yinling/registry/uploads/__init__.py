"""Excel and CSV in: from the bytes that somebody sent to files of people, each row with its fate.

    layout.py     what kind of file, which sheet, encoding, delimiter, row of headings
    csv_rows.py, xlsx_rows.py   rows of texts from a stream, in bounded memory
    columns.py    the fields that a file of people may have, guessed from headings
    values.py     texts of cells as names, days, telephone numbers, items of lists
    places.py     villages by code or by name
    checking.py   a row → what it says about a person, or why it is refused
    comparing.py  what that changes of a file that exists
    chunks.py     some thousand rows → lines to write and fates (in worker processes)
    running.py    the pipeline: one reader, workers, one writer; goes on from the last committed chunk
    results.py    the file again with every row's fate;  sheets.py the template to download

Operations on an upload are in `operations/uploads.py`.
"""
