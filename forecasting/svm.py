"""Support vector regression on lags and the calendar, with its bias corrected."""

from sklearn.compose import TransformedTargetRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVR

from forecasting.lags import LagRegression, Regressor


class SupportVectorMachine(LagRegression):
    """ε-insensitive regression (Drucker et al. 1997) with a radial kernel.

    Its loss aims near the median, which on skewed demand is far under the mean; the forecast is
    therefore scaled so that fitted and actual demand agree in total.
    """

    corrects_bias = True

    def __init__(self, penalty: float = 1.0, epsilon: float = 0.1) -> None:
        self.penalty = penalty
        self.epsilon = epsilon

    def make(self) -> Regressor:
        """Return the machine on standardised columns and target."""
        machine = make_pipeline(StandardScaler(), SVR(C=self.penalty, epsilon=self.epsilon))
        model: Regressor = TransformedTargetRegressor(machine, transformer=StandardScaler())
        return model
