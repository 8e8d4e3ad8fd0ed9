package io.weir.bench;

import io.weir.bench.feed.BrokerProcess;
import io.weir.bench.feed.PeerReader;
import io.weir.bench.feed.StreamsTable;
import io.weir.bench.feed.TopicReader;
import io.weir.bench.feed.TopicWriter;
import io.weir.bench.os.Folders;
import io.weir.bench.os.PlainWrite;
import io.weir.bench.peer.Peer;
import io.weir.bench.report.Chart;
import io.weir.bench.report.Figures;
import io.weir.bench.report.Progress;
import io.weir.ingest.IngestSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;

/**
 * A filled topic, read into a Weir, beside a bare consumer that only counts the bytes, a loop that
 * writes as many to the disk, and what one could have built instead. Then decoding of JSON, without
 * a broker.
 */
final class IngestBench implements FedBench<IngestBench.Scale> {
  private static final String STREAMS = "streams";
  private static final String TOPIC = "ingest";

  /** The peers get a part: their rates are compared, and their larger stores are not faster. */
  private static final String PART = "ingest-part";

  private static final int PART_OF_ALL = 5;
  private static final int LINGER_MILLIS = 5;
  private static final int PROGRESS_ROWS = 1 << 10;
  private static final long PEER_BUFFER_BYTES = 256L << 20;

  /** Topics, a Weir with its dead rows, a peer. */
  private static final int ROOM = 4;

  /**
   * How much is done.
   *
   * @param records in the topic
   * @param jsonRecords decoded a round
   * @param repetitions rounds, those that warm up included
   * @param warmUp rounds that warm up
   */
  record Scale(int records, int jsonRecords, int repetitions, int warmUp) {}

  @Override
  public String name() {
    return TOPIC;
  }

  @Override
  public String description() {
    return "a topic of float32 records into a Weir, beside a bare consumer of the same topic";
  }

  @Override
  public Scale scale(Setting setting) {
    return new Scale(
        setting.scaled(1_000_000),
        setting.scaled(40_000),
        setting.repetitions(6),
        setting.warmUp(1));
  }

  @Override
  public Figures run(Setting setting) throws Exception {
    requireRoom(setting.directory(), (long) scale(setting).records * new Rows(8, 0).userBytes());
    return FedBench.super.run(setting);
  }

  @Override
  public Figures run(Setting setting, BrokerProcess broker, Scale scale) throws Exception {
    Rows rows = new Rows(8, 0);
    Rounds rounds = new Rounds(scale.warmUp);
    fill(broker, TOPIC, rows, scale.records, setting.progress());
    if (!setting.peers().isEmpty()) {
      fill(broker, PART, rows, scale.records / PART_OF_ALL, setting.progress());
    }
    setting.progress().begin("read " + scale.records + " records", scale.repetitions);
    for (int repetition = 0; repetition < scale.repetitions; repetition++) {
      rounds.begin();
      round(setting, scale, broker.bootstrapServers(), rows, rounds, repetition);
      setting.progress().reach(repetition + 1);
    }
    Figures figures = rounds.figures("_bytes_per_s");
    figures.add("searchable_over_raw", rounds.medianRatio("searchable", "raw"), ">= 0.75");
    figures.add("durable_over_raw", rounds.medianRatio("durable", "raw"), ">= 0.55");
    figures.add("durable_over_disk", rounds.medianRatio("durable", "disk"));
    // What is durable has been on the disk: no store can have more of the bare consumer's rate.
    figures.add("disk_over_raw", rounds.medianRatio("disk", "raw"));
    for (String contestant : List.of("raw", "disk", "searchable", "durable")) {
      double bytes = rounds.median(contestant);
      figures.add(contestant + "_bytes_per_s", bytes);
      figures.add(contestant + "_records_per_s", bytes / rows.userBytes());
    }
    if (!setting.peers().isEmpty()) {
      over(rounds, "rocksdb", ">= 4", figures);
      over(rounds, STREAMS, ">= 5", figures);
      over(rounds, "lucene", ">= 8", figures);
    }
    Chart chart = rounds.chart("A topic read, 768 dimensions", "MB of user bytes a second", 1e-6);
    chart.limit("0.75 x raw (median)", 0.75e-6 * rounds.median("raw"));
    figures.addChart(chart);
    JsonRounds.run(setting, scale.jsonRecords, scale.repetitions, scale.warmUp, figures);
    return figures;
  }

  private static void over(Rounds rounds, String peer, String goal, Figures figures) {
    figures.add("over_" + peer, rounds.medianRatio("durable", peer), goal);
    figures.add(peer + "_bytes_per_s", rounds.median(peer));
  }

  private static void round(
      Setting setting, Scale scale, String broker, Rows rows, Rounds rounds, int repetition)
      throws Exception {
    Map<String, Object> consumer =
        IngestSettings.of(Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, broker), List.of())
            .consumerProperties();
    Path directory = Files.createDirectory(setting.directory().resolve("round-" + repetition));
    double bytes = (double) scale.records * rows.userBytes();
    long started = System.nanoTime();
    long read = TopicReader.read(consumer, TOPIC, scale.records, each -> {});
    rounds.add("raw", bytes / ((System.nanoTime() - started) / 1e9));
    if (read != (long) bytes) {
      throw new IllegalStateException("a bare consumer read " + read + " bytes, not " + bytes);
    }
    TopicIntoWeir.Seconds weir =
        TopicIntoWeir.measure(directory.resolve("weir"), broker, TOPIC, scale.records);
    rounds.add("searchable", bytes / weir.searchable());
    rounds.add("durable", bytes / weir.durable());
    Path plain = directory.resolve("plain");
    rounds.add("disk", bytes / PlainWrite.seconds(plain, (long) bytes));
    Files.delete(plain);
    int part = scale.records / PART_OF_ALL;
    double partBytes = (double) part * rows.userBytes();
    for (Peer peer : setting.peers()) {
      rounds.add(
          peer.name(),
          partBytes
              / PeerReader.seconds(
                  peer,
                  consumer,
                  PART,
                  part,
                  Rows.DIMENSION,
                  PEER_BUFFER_BYTES,
                  directory.resolve(peer.name())));
    }
    if (!setting.peers().isEmpty()) {
      rounds.add(
          STREAMS,
          partBytes
              / StreamsTable.seconds(
                  consumer, "bench-" + repetition, PART, part, directory.resolve(STREAMS)));
    }
    Folders.delete(directory);
  }

  private static void fill(
      BrokerProcess broker, String topic, Rows rows, int records, Progress progress)
      throws Exception {
    broker.createTopic(topic);
    progress.begin("fill a topic with " + records + " records", records);
    try (TopicWriter writer = new TopicWriter(broker.bootstrapServers(), topic, LINGER_MILLIS)) {
      for (int number = 0; number < records; number++) {
        writer.send(number % BrokerProcess.PARTITIONS, Rows.keyBytes(number), rows.float32(number));
        if (number % PROGRESS_ROWS == 0) {
          progress.reach(number);
        }
      }
      writer.flush();
    }
  }

  private static void requireRoom(Path directory, long bytes) throws IOException {
    long usable = Files.getFileStore(directory).getUsableSpace();
    if (usable < ROOM * bytes) {
      throw new IOException(
          "needs " + ROOM * bytes + " bytes below " + directory + ", there are " + usable);
    }
  }
}
