"""An encoder and features -> the piecewise-linear expansion as a plain array, for methods without torch."""

import numpy as np
import pandas as pd
import torch

from segmenter.features.encoding import Encoder
from segmenter.model.network import Expansion


def expanded(encoder: Encoder, frame: pd.DataFrame) -> np.ndarray:
    """What every head of the model reads of each customer: float32 (n, width), all in [0, 1]."""
    numbers, places = encoder.numeric(frame), encoder.categories(frame)
    rows: np.ndarray = Expansion(encoder)(torch.from_numpy(numbers), torch.from_numpy(places)).numpy()
    return rows
