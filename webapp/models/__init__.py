"""The tables, in the order in which they can be created."""

from webapp.models.allocation import Allocation, AllocationDecision
from webapp.models.api_key import ApiKey, ApiRequest, ConformanceCheck, IdempotentRequest
from webapp.models.batch import Batch, BatchRow
from webapp.models.cancel_request import CancelRequest
from webapp.models.carrier import Carrier
from webapp.models.change import Change
from webapp.models.channel import Channel, SyncRun
from webapp.models.channel_carrier import ChannelCarrier
from webapp.models.event import Event
from webapp.models.heartbeat import Heartbeat
from webapp.models.hold import Hold
from webapp.models.order import Order, OrderLine
from webapp.models.order_task import OrderTask
from webapp.models.product import Product
from webapp.models.publication import Publication
from webapp.models.push import Push, PushAttempt
from webapp.models.reconciliation import Reconciliation
from webapp.models.routing_rule import RoutingRule
from webapp.models.saved_filter import SavedFilter
from webapp.models.shipment import Parcel, Shipment, ShipmentLine
from webapp.models.stock_level import StockLevel
from webapp.models.stock_move import StockMove
from webapp.models.store import Store
from webapp.models.supplier import Supplier
from webapp.models.supply import Supply
from webapp.models.user import Membership, User
from webapp.models.waybill import Waybill, WaybillFile
from webapp.models.webhook import Delivery, DeliveryAttempt, Webhook

TABLES = [
    Store,
    Supplier,
    User,
    Membership,
    Product,
    Supply,
    Channel,
    SyncRun,
    ChannelCarrier,
    Order,
    OrderLine,
    Allocation,
    AllocationDecision,
    Shipment,
    ShipmentLine,
    Push,
    PushAttempt,
    ApiKey,
    IdempotentRequest,
    Event,
    Change,
    Heartbeat,
    Carrier,
    Parcel,
    Waybill,
    WaybillFile,
    Publication,
    StockLevel,
    ApiRequest,
    ConformanceCheck,
    Webhook,
    Delivery,
    DeliveryAttempt,
    CancelRequest,
    OrderTask,
    Hold,
    Reconciliation,
    SavedFilter,
    Batch,
    BatchRow,
    StockMove,
    RoutingRule,
]

__all__ = [table.__name__ for table in TABLES] + ["TABLES"]
