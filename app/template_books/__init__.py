"""Templates as workbooks in the manner of XLSForm: written for a clerk to read, read back into the same template.

`making` reads (without openpyxl, which is slow to load), `writing` and `marking` write.
"""
