"""measure.py hl7|csv FILE SECONDS: how fast Debian's python3-hl7, or Python's csv, reads that file. Prints MB per second of
processor time, which other programs on the machine do not change."""
import csv
import io
import sys
import time


def main():
    kind, path, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    with open(path, encoding="utf-8", newline="") as file:
        text = file.read()
    if kind == "hl7":
        import hl7

        def read():
            hl7.parse(text)
    else:

        def read():
            list(csv.reader(io.StringIO(text)))

    begin = time.process_time()
    rounds = 0
    spent = 0.0
    while spent < seconds:
        read()
        rounds += 1
        spent = time.process_time() - begin
    print(rounds * len(text.encode()) / spent / 1e6)


main()
