"""Addresses: their one normal form, and which IPs belong to the public internet."""

import pytest

from ingest.addresses import is_public, look_up, parse, reach
from qa.errors import LoadError
from tests.webserver import PUBLIC, Names


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("HTTP://Good.Example", "http://good.example"),
        ("http://good.example:80/a#part", "http://good.example/a"),
        ("https://good.example:443/a?b=c&d", "https://good.example/a?b=c&d"),
        ("https://good.example:8443/", "https://good.example:8443/"),
        (" https://good.example/a b/ü \n", "https://good.example/a%20b/%C3%BC"),
        ("https://good.example./a", "https://good.example/a"),
        ("https://good.example/x/../a", "https://good.example/a"),
        ("https://bücher.example/", "https://xn--bcher-kva.example/"),
        ("http://93.184.216.34/", "http://93.184.216.34/"),
        ("http://[2606:2800:0220:0001::1]/", "http://[2606:2800:220:1::1]/"),
    ],
)
def test_an_address_has_one_form(written: str, normal: str) -> None:
    assert str(parse(written)) == normal


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "only http and https addresses are fetched, not file"),
        ("gopher://good.example/", "only http and https addresses are fetched, not gopher"),
        ("ftp://good.example/a", "only http and https addresses are fetched, not ftp"),
        ("data:text/html,<p>a", "only http and https addresses are fetched, not data"),
        ("javascript:alert(1)", "only http and https addresses are fetched, not javascript"),
        ("//good.example/", "only http and https addresses are fetched, not relative ones"),
        ("http://user@good.example/", "addresses with a user name are not fetched; save the page and add the file"),
        ("http://u:p@good.example/", "addresses with a user name are not fetched; save the page and add the file"),
        ("http://good.example:25/", "port 25 is none where pages are served: use 80, 443 or one from 1024 up"),
        ("http://good.example:0/", "port 0 is none where pages are served: use 80, 443 or one from 1024 up"),
        ("http://good.example:70000/", "port 70000 is none where pages are served: use 80, 443 or one from 1024 up"),
        ("http://good.example/\r\nHost: b", "is not a valid web address; copy it again from the browser"),
        ("http://[::1/", "is not a valid web address; copy it again from the browser"),
        ("http://bu\u0308cher.example/", "is not a valid web address; copy it again from the browser"),
        ("http://a..b/", "its host is not a name that can be looked up; copy the address again from the browser"),
        ("http:///a", "its host is not a name that can be looked up; copy the address again from the browser"),
        (
            f"http://{'a' * 64}.com/",
            "its host is not a name that can be looked up; copy the address again from the browser",
        ),
        ("http://0x7f.1/", "the host 0x7f.1 is an IP in an unusual form; write it as 192.0.2.1"),
        ("http://good.1/", "the host good.1 is an IP in an unusual form; write it as 192.0.2.1"),
    ],
)
def test_what_is_not_fetched_is_refused_in_one_line(url: str, reason: str) -> None:
    with pytest.raises(LoadError) as error:
        parse(url)
    assert str(error.value) == reason


@pytest.mark.parametrize(
    "ip",
    """
    0.0.0.0 0.1.2.3 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 168.63.129.16 169.254.169.254
    172.16.0.1 172.31.255.255 192.0.0.192 192.0.2.1 192.88.99.1 192.168.1.1 198.18.0.1 198.51.100.1 203.0.113.1
    224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.255
    :: ::1 ::7f00:1 ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:0:127.0.0.1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe
    64:ff9b:1::7f00:1 100::1 2001::1 2001:0:4136:e378:8000:63bf:3fff:fdd2 2001:db8::1 2002:7f00:1:: 2002:c0a8:101::1
    2606:2800:220:1:0:5efe:a00:1 2606:2800:220:1:200:5efe:c0a8:101 3fff::1 4000::1 5f00::1 fc00::1 fd00:ec2::254
    fe80::1 fe80::1%eth0 fec0::1 ff02::1
    """.split(),
)
def test_these_ips_are_not_public(ip: str) -> None:
    assert not is_public(ip)


@pytest.mark.parametrize(
    "ip",
    """
    1.1.1.1 93.184.216.34 100.63.255.255 100.128.0.1 172.15.0.1 172.32.0.1 192.167.1.1 223.255.255.255
    2606:2800:220:1::1 2a00:1450:4001::1 ::ffff:93.184.216.34 64:ff9b::5db8:d822 2002:5db8:d822::1
    """.split(),
)
def test_these_ips_are_public(ip: str) -> None:
    assert is_public(ip)


def test_one_private_ip_refuses_a_host() -> None:
    names = Names(good_example=[[PUBLIC]], mixed_example=[[PUBLIC, "10.0.0.1"]])
    assert reach(parse("http://good.example/"), names, allow_private=False) == [PUBLIC]
    with pytest.raises(LoadError) as error:
        reach(parse("http://mixed.example/"), names, allow_private=False)
    assert str(error.value) == (
        "mixed.example is an address on this machine or a private network;"
        " set ARTICLE_QA_ALLOW_PRIVATE_ADDRESSES=yes if you mean it"
    )
    assert reach(parse("http://mixed.example/"), names, allow_private=True) == [PUBLIC, "10.0.0.1"]


def test_an_ip_is_not_looked_up() -> None:
    names = Names()
    assert reach(parse(f"http://{PUBLIC}/"), names, allow_private=False) == [PUBLIC]
    assert reach(parse("http://[::1]/"), names, allow_private=True) == ["::1"]
    assert names.asked == []


def test_the_system_resolves_names() -> None:
    assert set(look_up("localhost")) <= {"127.0.0.1", "::1"}
    with pytest.raises(LoadError, match=r"^there is no host no-such-host\.invalid; check the address"):
        look_up("no-such-host.invalid")
