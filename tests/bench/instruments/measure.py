"""measure.py hl7|csv|xlsx FILE SECONDS: how fast Debian's python3-hl7, Python's csv, or Debian's python3-openpyxl reads
that file. Prints MB, of a workbook files, per second of processor time, which other programs on the machine do not
change."""
import csv
import io
import sys
import time


def reader_of(kind, data):
    if kind == "xlsx":
        import openpyxl

        def read():
            book = openpyxl.load_workbook(io.BytesIO(data), read_only=True)
            list(book["Concentrations"].values)

        return read
    text = data.decode()
    if kind == "hl7":
        import hl7

        return lambda: hl7.parse(text)
    return lambda: list(csv.reader(io.StringIO(text, newline="")))


def main():
    kind, path, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    with open(path, "rb") as file:
        data = file.read()
    read = reader_of(kind, data)
    begin = time.process_time()
    rounds = 0
    spent = 0.0
    while spent < seconds:
        read()
        rounds += 1
        spent = time.process_time() - begin
    print(rounds * (1 if kind == "xlsx" else len(data) / 1e6) / spent)


main()
