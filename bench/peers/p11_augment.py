"""P11: what keras-preprocessing 1.1.2 does to an image: one matrix, scipy's affine transform of each channel, a flip."""
import numpy as np
from scipy import ndimage

from common import median_seconds

N, SIZE, RUNS = 1000, 128, 3
random = np.random.default_rng(1)
images = random.integers(0, 256, (N, SIZE, SIZE, 3)).astype(np.float32)


def matrix():
    """rotation * shift * shear * zoom about the centre"""
    theta, shear = np.deg2rad(random.uniform(-20, 20)), np.deg2rad(random.uniform(-10, 10))
    tx, ty = random.uniform(-0.1, 0.1, 2) * SIZE
    zx, zy = random.uniform(0.8, 1.2, 2)
    turned = np.array([[np.cos(theta), -np.sin(theta), 0], [np.sin(theta), np.cos(theta), 0], [0, 0, 1]])
    shifted = np.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
    sheared = np.array([[1, -np.sin(shear), 0], [0, np.cos(shear), 0], [0, 0, 1]])
    zoomed = np.diag([zx, zy, 1])
    centre = (SIZE - 1) / 2
    there = np.array([[1, 0, centre], [0, 1, centre], [0, 0, 1]])
    back = np.array([[1, 0, -centre], [0, 1, -centre], [0, 0, 1]])
    return there @ turned @ shifted @ sheared @ zoomed @ back


def augmented(image):
    m = matrix()
    planes = np.rollaxis(image, 2, 0)
    planes = [ndimage.affine_transform(p, m[:2, :2], m[:2, 2], order=1, mode="nearest") for p in planes]
    image = np.rollaxis(np.stack(planes, axis=0), 0, 3)
    return image[:, ::-1] if random.uniform() < 0.5 else image


def epoch():
    order = random.permutation(N)
    for start in range(0, N, 32):
        rows = order[start:start + 32]
        batch = np.zeros((len(rows), SIZE, SIZE, 3), dtype=np.float32)
        for k, row in enumerate(rows):
            batch[k] = augmented(images[row])


print(f"scipy, each channel\t{median_seconds(epoch, RUNS):.6f}", flush=True)
