"""Sends vectors with a Kafka client of Python: produce.py LIBRARY SERVERS RAW_TOPIC JSON_TOPIC.

Prints what it has sent, a JSON object a line: topic, key, the vector's bytes as float32 in hex and
the payload, or null for both where the last record of the key is a tombstone.
"""

import json
import sys

import numpy

DIMENSION = 96
ROWS = 300


def with_kafka(servers):
    from kafka import KafkaProducer

    producer = KafkaProducer(bootstrap_servers=servers, acks="all")

    def send(topic, key, value, headers):
        sent.append(producer.send(topic, key=key, value=value, headers=headers))

    def finish():
        producer.flush(60)
        for one in sent:
            one.get(60)
        producer.close()

    sent = []
    return send, finish


def with_confluent_kafka(servers):
    from confluent_kafka import Producer

    producer = Producer({"bootstrap.servers": servers, "acks": "all"})
    failed = []

    def send(topic, key, value, headers):
        producer.produce(
            topic,
            key=key,
            value=value,
            headers=headers,
            on_delivery=lambda error, message: failed.append(error) if error else None,
        )
        producer.poll(0)

    def finish():
        left = producer.flush(60)
        if left or failed:
            sys.exit(f"not sent: {left}, {failed[:3]}")

    return send, finish


def main(library, servers, raw, as_json):
    send, finish = {"kafka": with_kafka, "confluent_kafka": with_confluent_kafka}[library](servers)
    vectors = numpy.random.default_rng(4).standard_normal((ROWS, DIMENSION))
    last = {}
    for row, vector in enumerate(vectors):
        key = f"{library}-{row % (ROWS - 50)}"  # some keys come twice
        single = vector.astype("<f4")
        headers = [("lang", "de".encode()), ("title", f"Übung {row}".encode())]
        send(raw, key.encode(), single.tobytes(), headers)
        last[raw, key] = single.tobytes().hex(), {name: text.decode() for name, text in headers}
        payload = {"row": row, "tags": ["a", "ö"]}
        value = json.dumps({"vector": vector.tolist(), "payload": payload})
        send(as_json, key.encode(), value.encode(), [])
        last[as_json, key] = single.tobytes().hex(), payload
        if row % 10 == 0:
            send(raw, key.encode(), None, [])
            last[raw, key] = None, None
        if row % 15 == 0:
            send(as_json, key.encode(), None, [])
            last[as_json, key] = None, None
    finish()
    for (topic, key), (vector, payload) in last.items():
        print(json.dumps({"topic": topic, "key": key, "vector": vector, "payload": payload}))


if __name__ == "__main__":
    main(*sys.argv[1:])
