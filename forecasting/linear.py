"""Linear regression on lags and the calendar."""

from sklearn.linear_model import Ridge

from forecasting.lags import LagRegression, Regressor


class LinearRegression(LagRegression):
    """Least squares on lags, rolling means and regressors, with a slight ridge against ties."""

    def __init__(self, penalty: float = 1.0) -> None:
        self.penalty = penalty

    def make(self) -> Regressor:
        """Return the ridge regression."""
        model: Regressor = Ridge(alpha=self.penalty)
        return model
