"""P6: scikit-learn's CountVectorizer on the same texts; reading them is not timed."""
import statistics
import sys
import time

from sklearn.feature_extraction.text import CountVectorizer

RUNS = 5
with open(sys.argv[1], encoding="utf-8") as file:
    texts = file.read().split("\0")[:-1]


def once():
    start = time.perf_counter()
    CountVectorizer(binary=True, max_features=10000).fit_transform(texts)
    return time.perf_counter() - start


once()
print(f"CountVectorizer\t{statistics.median(once() for _ in range(RUNS)):.6f}", flush=True)
