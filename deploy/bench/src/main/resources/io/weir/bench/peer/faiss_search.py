"""Searches a file of float32 rows with FAISS's flat index on one thread.

Arguments: file, dimension, k. A line of standard input is the number of one of the first rows;
the answer is how many nanoseconds the search for its nearest took. Ends with its input.
"""

import sys
import time

import faiss
import numpy

MOST_QUERIES = 1024

path, dimension, k = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
faiss.omp_set_num_threads(1)
rows = numpy.memmap(path, dtype="<f4", mode="r").reshape(-1, dimension)
queries = numpy.array(rows[:MOST_QUERIES])
index = faiss.IndexFlatIP(dimension)
index.add(numpy.ascontiguousarray(rows))
print("ready", flush=True)
for line in sys.stdin:
    row = int(line)
    query = queries[row : row + 1]
    started = time.perf_counter_ns()
    _, found = index.search(query, k)
    nanos = time.perf_counter_ns() - started
    if (found < 0).any():
        sys.exit("FAISS has found less than k rows")
    print(nanos, flush=True)
