"""Pages of listings as the services write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from werkzeug.wrappers import Response

from faststatic_storages.providers import provider_for
from faststatic_storages.sync.index import ObjectInfo
from tests.servers.s3 import S3Server
from tests.sites.bucket import Bucket
from tests.sites.site import PLAIN, Site

DIGEST = "0cc175b9c0f1b6a831c399e269772661"
# What a service answers to ?list-type=2&encoding-type=url, and what it means: the key,
# the size, the time and the digest of each object.
Objects = list[tuple[str, int | None, datetime, Any]]

# The keys, and how they are written, were measured on 2026-09-14:
# https://github.com/brekkylab/backlot/issues/178. The rest is the documentation's:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
AMAZON = """\
<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket</Name>\
<Prefix></Prefix><KeyCount>5</KeyCount><MaxKeys>1000</MaxKeys>\
<EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>\
<Contents><Key>100%25.csv</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified>\
<ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>434234</Size>\
<StorageClass>STANDARD</StorageClass></Contents>\
<Contents><Key>a+b.txt</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified>\
<ETag>&quot;fba9dede5f27731c9771645a39863328-2&quot;</ETag>\
<ChecksumAlgorithm>CRC64NVME</ChecksumAlgorithm><ChecksumType>FULL_OBJECT\
</ChecksumType><Size>434234</Size><StorageClass>STANDARD</StorageClass></Contents>\
<Contents><Key>a%2Bb.txt</Key><LastModified>2009-10-12T17:50:30.000Z</LastModified>\
<ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag><Size>434234</Size>\
<StorageClass>STANDARD</StorageClass></Contents>\
<Contents><Key>run+books/x.txt</Key><LastModified>2009-10-12T17:50:30.000Z\
</LastModified><ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag>\
<Size>434234</Size><StorageClass>STANDARD</StorageClass></Contents>\
<Contents><Key>%ED%95%9C%EA%B8%80/x.txt</Key><LastModified>2009-10-12T17:50:30.000Z\
</LastModified><ETag>&quot;fba9dede5f27731c9771645a39863328&quot;</ETag>\
<Size>434234</Size><StorageClass>STANDARD</StorageClass></Contents>\
</ListBucketResult>"""
AMAZON_TIME = datetime(2009, 10, 12, 17, 50, 30, tzinfo=UTC)
AMAZON_MD5 = "fba9dede5f27731c9771645a39863328"

# After what was recorded in https://github.com/localstack/localstack/issues/2859; the
# keys are written as s3URLEncode() does in MinIO's cmd/api-utils.go.
MINIO = """\
<?xml version="1.0" encoding="UTF-8"?>
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>bucket1</Name>\
<Prefix></Prefix><KeyCount>2</KeyCount><MaxKeys>1000</MaxKeys><IsTruncated>false\
</IsTruncated><Contents><Key>folder+1/file%2B1*</Key>\
<LastModified>2020-08-07T00:24:03.454Z</LastModified>\
<ETag>&#34;57a8996d8ff840ef47b0fb21aa1bdbc2-9&#34;</ETag><Size>68025441</Size>\
<Owner><ID>02d6176db174dc93cb1b899f7c6078f08654445fe8cf1b6ce98d8855f66bdbf4</ID>\
<DisplayName>minio</DisplayName></Owner><StorageClass>STANDARD</StorageClass>\
</Contents><Contents><Key>k%C3%A4se%26.txt</Key>\
<LastModified>2020-08-07T00:24:03.454Z</LastModified>\
<ETag>&#34;57a8996d8ff840ef47b0fb21aa1bdbc2&#34;</ETag><Size>0</Size>\
<StorageClass>STANDARD</StorageClass></Contents>\
<EncodingType>url</EncodingType></ListBucketResult>"""
MINIO_TIME = datetime(2020, 8, 7, 0, 24, 3, 454000, tzinfo=UTC)

# The objects are those of Cloudflare's examples, with their times in milliseconds:
# https://developers.cloudflare.com/r2/examples/aws/aws-sdk-js-v3/. The XML declaration
# and the namespace are there since July 2022:
# https://developers.cloudflare.com/r2/platform/release-notes/
R2 = """\
<?xml version="1.0" encoding="UTF-8"?>\
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
<Name>my-bucket-name</Name><Contents><Key>cat.png</Key><Size>751832</Size>\
<LastModified>2022-05-07T02:50:45.616Z</LastModified>\
<ETag>"c4da329b38467509049e615c11b0c48a"</ETag><StorageClass>STANDARD</StorageClass>\
</Contents><IsTruncated>false</IsTruncated><MaxKeys>1000</MaxKeys>\
<KeyCount>1</KeyCount></ListBucketResult>"""
R2_TIME = datetime(2022, 5, 7, 2, 50, 45, 616000, tzinfo=UTC)

# In the order of send_response() of RGWListBucket_ObjStore_S3v2, whose dump_urlsafe()
# encodes slashes, too:
# https://github.com/ceph/ceph/blob/main/src/rgw/rgw_rest_s3.cc
CEPH = """\
<?xml version="1.0" encoding="UTF-8"?>\
<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">\
<EncodingType>url</EncodingType><Name>bucket</Name><Prefix>css/</Prefix>\
<MaxKeys>1000</MaxKeys><IsTruncated>false</IsTruncated><Contents>\
<Key>css%2Fb%20c%2Bd.css</Key><LastModified>2023-03-07T10:00:00.123Z</LastModified>\
<ETag>&quot;d41d8cd98f00b204e9800998ecf8427e&quot;</ETag><Size>0</Size>\
<StorageClass>STANDARD</StorageClass><Type>Normal</Type></Contents>\
<KeyCount>1</KeyCount></ListBucketResult>"""
CEPH_TIME = datetime(2023, 3, 7, 10, 0, 0, 123000, tzinfo=UTC)

# As net-amazon-s3's tests have it, with the namespace that is Google's own:
# https://github.com/rustyconover/net-amazon-s3/pull/56
GOOGLE = """\
<?xml version='1.0' encoding='UTF-8'?>
<ListBucketResult xmlns='http://doc.s3.amazonaws.com/2006-03-01'>
  <Name>gcs-bucket</Name>
  <Prefix></Prefix>
  <IsTruncated>false</IsTruncated>
  <Contents>
    <Key>path/to a+value</Key>
    <Generation>1473499153424000</Generation>
    <MetaGeneration>1</MetaGeneration>
    <LastModified>2017-04-21T22:06:03.413Z</LastModified>
    <ETag>"1f52bad2879ca96dacd7a40f33001230"</ETag>
    <Size>742213</Size>
  </Contents>
</ListBucketResult>"""
GOOGLE_TIME = datetime(2017, 4, 21, 22, 6, 3, 413000, tzinfo=UTC)

PAGES: dict[str, tuple[str, Objects]] = {
    "Amazon": (
        AMAZON,
        [
            ("100%.csv", 434234, AMAZON_TIME, AMAZON_MD5),
            ("a b.txt", 434234, AMAZON_TIME, f"{AMAZON_MD5}-2"),
            ("a+b.txt", 434234, AMAZON_TIME, AMAZON_MD5),
            ("run books/x.txt", 434234, AMAZON_TIME, AMAZON_MD5),
            ("한글/x.txt", 434234, AMAZON_TIME, AMAZON_MD5),
        ],
    ),
    "MinIO": (
        MINIO,
        [
            (
                "folder 1/file+1*",
                68025441,
                MINIO_TIME,
                "57a8996d8ff840ef47b0fb21aa1bdbc2-9",
            ),
            ("käse&.txt", 0, MINIO_TIME, "57a8996d8ff840ef47b0fb21aa1bdbc2"),
        ],
    ),
    "Cloudflare R2": (
        R2,
        [("cat.png", 751832, R2_TIME, "c4da329b38467509049e615c11b0c48a")],
    ),
    "Ceph RGW": (
        CEPH,
        [("css/b c+d.css", 0, CEPH_TIME, "d41d8cd98f00b204e9800998ecf8427e")],
    ),
    "Google Cloud Storage": (
        GOOGLE,
        [
            (
                "path/to a+value",
                742213,
                GOOGLE_TIME,
                "1f52bad2879ca96dacd7a40f33001230",
            )
        ],
    ),
}


def listed(site: Site, page: str) -> list[ObjectInfo]:
    site.server.react(lambda request: Response(page), "ListObjectsV2")
    return list(provider_for(site.storage(PLAIN)).list())


@pytest.mark.parametrize(("page", "objects"), PAGES.values(), ids=PAGES)
def test_page_of_a_service(
    site: Site, server: S3Server, bucket: Bucket, page: str, objects: Objects
) -> None:
    assert listed(site, page) == [ObjectInfo(*each) for each in objects]


def one_object(**tags: str) -> str:
    contents = "".join(f"<{tag}>{text}</{tag}>" for tag, text in tags.items())
    return f"<ListBucketResult><Contents>{contents}</Contents></ListBucketResult>"


@pytest.mark.parametrize(
    ("etag", "digest"),
    [
        (f'"{DIGEST.upper()}"', DIGEST),
        (f'W/"{DIGEST}"', DIGEST),
        (DIGEST, DIGEST),
        ('"0cc175b9"', None),
        ('""', None),
        ("", None),
    ],
)
def test_etag_however_it_is_written(
    site: Site, bucket: Bucket, etag: str, digest: str | None
) -> None:
    [info] = listed(site, one_object(Key="a.txt", Size="1", ETag=etag))

    assert info.digest == digest


@pytest.mark.parametrize(
    "time",
    [
        "2020-08-07T00:24:03Z",
        "2020-08-07T00:24:03.000Z",
        "2020-08-07T02:24:03+02:00",
        "2020-08-07T00:24:03",
    ],
)
def test_time_is_aware(site: Site, bucket: Bucket, time: str) -> None:
    [info] = listed(site, one_object(Key="a.txt", Size="1", LastModified=time))

    assert info.modified == datetime(2020, 8, 7, 0, 24, 3, tzinfo=UTC)


@pytest.mark.parametrize("tags", [{}, {"LastModified": "yesterday", "Size": "large"}])
def test_object_of_which_hardly_anything_is_told_is_new_and_equal_to_none(
    site: Site, bucket: Bucket, tags: dict[str, str]
) -> None:
    before = datetime.now(UTC)

    [info] = listed(site, one_object(Key="a.txt", **tags))

    assert info.size is None
    assert info.digest is None
    assert info.modified >= before
