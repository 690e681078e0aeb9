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
from webapp.models.file_look import FileLook, FilePart
from webapp.models.heartbeat import Heartbeat
from webapp.models.hold import Hold
from webapp.models.invitation import Invitation
from webapp.models.mail import Mail
from webapp.models.order import Order, OrderLine
from webapp.models.order_note import OrderNote
from webapp.models.order_task import OrderTask
from webapp.models.product import Product
from webapp.models.publication import Publication
from webapp.models.push import Push, PushAttempt
from webapp.models.reconciliation import Reconciliation
from webapp.models.return_ import Return, ReturnLine
from webapp.models.routing_rule import RoutingRule
from webapp.models.saved_filter import SavedFilter
from webapp.models.shipment import Parcel, Shipment, ShipmentLine
from webapp.models.sku_link import SkuLink
from webapp.models.stock_level import StockLevel
from webapp.models.stock_move import StockMove
from webapp.models.store import Store
from webapp.models.supplier import Supplier
from webapp.models.supply import Supply
from webapp.models.told import Told
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
    SkuLink,
    Return,
    ReturnLine,
    Reconciliation,
    SavedFilter,
    Batch,
    BatchRow,
    FileLook,
    FilePart,
    StockMove,
    Mail,
    Invitation,
    Told,
    RoutingRule,
    OrderNote,
]

__all__ = [table.__name__ for table in TABLES] + ["TABLES"]
