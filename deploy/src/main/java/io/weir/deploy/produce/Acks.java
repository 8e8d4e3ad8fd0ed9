package io.weir.deploy.produce;

/** Which brokers must have a record before it counts as sent. */
enum Acks {
  ALL("all"),
  ONE("1"),
  NONE("0");

  private final String setting;

  Acks(String setting) {
    this.setting = setting;
  }

  /** As Kafka has it. */
  String setting() {
    return setting;
  }
}
