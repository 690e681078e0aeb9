"""A person who clicks through the main job, with JavaScript or without; each page on the way is examined."""

from collections.abc import Callable

from playwright.sync_api import Page, expect


class Person:
    """Whoever sits before `page`; `look` examines each page that is met."""

    def __init__(self, page: Page, look: Callable[[Page], None]) -> None:
        self.page = page
        self.look = look
        self._known: set[str] = set()

    def sees(self, text: str) -> None:
        """Expect a text on the page, and examine the page."""
        expect(self.page.locator("main")).to_contain_text(text)
        self.look(self.page)

    def goes_to(self, name: str) -> None:
        """Choose an entry of the menu, and examine the page the first time."""
        self.page.get_by_role("navigation", name="Main").get_by_role("link", name=name, exact=True).click()
        expect(self.page.get_by_role("navigation", name="Main").locator("[aria-current]")).to_have_text(name)
        if name not in self._known:
            self.look(self.page)
            self._known.add(name)

    def follows(self, name: str) -> None:
        """Follow a link of the page."""
        self.page.locator("main").get_by_role("link", name=name).first.click()

    def looks_again(self) -> None:
        """Load the page that is open once more, after what leads to it has ended."""
        self.page.wait_for_load_state("load")
        self.page.goto(self.page.url)

    def presses(self, name: str) -> None:
        """Press a button of the page."""
        self.page.locator("main").get_by_role("button", name=name, exact=True).first.click()

    def types(self, **fields: str) -> None:
        """Fill fields, by their names in the form."""
        for name, value in fields.items():
            self.page.locator(f"main [name={name}]").fill(value)

    def chooses(self, **fields: str) -> None:
        """Choose from lists, by their names in the form."""
        for name, label in fields.items():
            self.page.locator(f"main [name={name}]").select_option(label=label)

    def creates_supplier(self, name: str) -> None:
        self.goes_to("Suppliers")
        self.follows("Create supplier")
        self.sees("Create supplier")
        self.types(name=name, min_days="1", max_days="3")
        self.page.get_by_label("External logistics").check()
        self.presses("Create")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("Your suppliers")
        self.sees(name)

    def creates_product(self, sku: str, title: str) -> None:
        self.goes_to("Products")
        self.follows("Create product")
        self.look(self.page)
        self.types(title=title, sku=sku, price="12.21")
        self.presses("Create")
        expect(self.page.get_by_role("heading", level=1)).to_have_text(title)

    def adds_supply(self, supplier: str, supplier_sku: str, quantity: str) -> None:
        """Add a supply to the product whose page is open."""
        self.follows("Add supply")
        self.look(self.page)
        self.chooses(supplier_id=supplier)
        self.types(supplier_sku=supplier_sku, quantity=quantity, purchase_price="7.50", priority="10")
        self.presses("Add supply")
        expect(self.page.get_by_role("row", name=f"{supplier} {supplier_sku}")).to_be_visible()
        self.look(self.page)

    def connects_shop(self, address: str, key: str) -> None:
        """Connect the sandbox shop; a test with the wrong key says so first."""
        self.goes_to("Channels")
        self.follows("Connect channel")
        self.sees("Sandbox shop")
        self.page.locator(".card", has_text="Sandbox shop").get_by_role("link", name="Connect").click()
        self.types(name="My shop", base_url=address, key="wrong-key")
        self.presses("Test connection")
        self.sees("The shop refuse")
        self.types(key=key)
        self.presses("Test connection")
        self.sees("Connected to “Sandbox shop”.")
        self.presses("Connect")
        expect(self.page.get_by_role("heading", level=1)).to_have_text("My shop")
        self.look(self.page)

    def previews_key(self, name: str, supplier: str) -> None:
        """Fill the wizard; the page then tells what the key will see."""
        self.goes_to("API")
        self.follows("Create key")
        self.sees("A key opens sensitive data")
        self.types(name=name, contact_name="Piero", contact_email="piero@warehouse.example")
        self.chooses(supplier_id=supplier, orders="Write", products="Read", shipping="Write")
        self.page.get_by_label("Hide order prices").check()
        self.presses("Continue to preview")
        self.sees(f"“{name}” calls these")

    def saves_key(self) -> tuple[str, str]:
        """Save the key that was previewed; return what the page shows this once: its public and its secret key."""
        self.presses("Save")
        self.sees("Copy the secret key now.")
        public, secret = (self.page.locator(f"{part} code").inner_text() for part in ("#public-key", "#secret-key"))
        return public, secret

    def enables(self, name: str) -> None:
        """Turn a key on with the toggle of the list."""
        self.goes_to("API")
        self.page.get_by_role("switch", name=f"Enable {name}").click()
        self.sees(f"{name} is enabled.")
        expect(self.page.get_by_role("switch", name=f"Disable {name}")).to_have_attribute("aria-checked", "true")

    def adds_clerk(self, name: str, email: str, supplier: str, password: str) -> None:
        self.goes_to("Users")
        self.follows("Add without mail")
        self.look(self.page)
        self.types(name=name, email=email, password=password)
        self.chooses(role="Clerk of a supplier", supplier_id=supplier)
        self.presses("Add user")
        expect(self.page.get_by_role("row", name=name)).to_contain_text(supplier)
        self.look(self.page)

    def opens_order(self, reference: str) -> None:
        self.goes_to("Orders")
        self.follows(reference)
        self.sees(f"Order {reference}")

    def ships(self, reference: str, carrier: str, tracking_code: str) -> None:
        """Pack and ship, by the form, what of the order lies in this person's stock."""
        self.opens_order(reference)
        self.follows("Pack a shipment")
        self.look(self.page)
        self.types(carrier=carrier, tracking_code=tracking_code)
        self.presses("Create and ship")
        self.sees("is packed and handed over; the channel is told.")
