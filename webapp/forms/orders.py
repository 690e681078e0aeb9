"""The status drop-down of an order."""

from flask_wtf import FlaskForm
from wtforms import StringField
from wtforms.validators import AnyOf, InputRequired

from webapp.domain import order_status


class StatusForm(FlaskForm):
    """Take any status that there is; which ones may follow now is for the action to decide."""

    status = StringField(
        "Status",
        [InputRequired("Choose a status."), AnyOf(dict(order_status.STATUSES), message="There is no such status.")],
    )
