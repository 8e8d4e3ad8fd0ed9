package io.weir.deploy.produce;

import io.weir.deploy.terminal.Progress;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Reads files and sends their rows, in order.
 *
 * <p><b>Threads:</b> one, once.
 */
final class ProduceRun {

  /** So often progress is told. */
  private static final int ROWS_A_STEP = 256;

  private final ProduceOptions options;
  private final BooleanSupplier stopped;
  private final RowChecks checks;
  private final RowEncoder encoder;
  private final Set<String> stems = new HashSet<>();

  /** Number of the next row among those of all files. */
  private long row;

  private long sent;
  private long rowsOfLaterFiles;
  private Optional<String> firstKey = Optional.empty();

  /**
   * Sends nothing yet.
   *
   * @param stopped asked before each row whether to end
   */
  ProduceRun(ProduceOptions options, BooleanSupplier stopped) {
    this.options = options;
    this.stopped = stopped;
    this.checks = options.schema().map(RowChecks::new).orElseGet(RowChecks::new);
    this.encoder = new RowEncoder(options.topic(), options.format());
  }

  /**
   * Sends all that is asked for.
   *
   * @param display makes the progress for so many records
   * @throws ProduceException naming file and row, or what is wrong with the topic, and where to go
   *     on
   */
  ProduceReport run(LongFunction<Progress> display) throws IOException, InterruptedException {
    Map<Path, Long> expectedRows = new LinkedHashMap<>();
    for (Path file : options.files()) {
      long rows = rows(file);
      expectedRows.put(file, rows);
      rowsOfLaterFiles += rows;
    }
    long total = Math.min(options.limit(), Math.max(0, rowsOfLaterFiles - options.startRow()));
    TargetTopic topic =
        TargetTopic.prepare(
            options.kafka().forClient(AdminClientConfig.configNames()),
            options.topic(),
            options.newPartitions());
    long started = System.nanoTime();
    RecordSender sender =
        new RecordSender(
            options.kafka().forClient(ProducerConfig.configNames()), topic, options.acks());
    try {
      try (sender;
          Progress progress = display.apply(total)) {
        for (Map.Entry<Path, Long> file : expectedRows.entrySet()) {
          send(file.getKey(), file.getValue(), sender, progress);
        }
      }
      sender.throwFailure();
    } catch (IOException e) {
      throw new ProduceException(
          e.getMessage()
              + "; "
              + sender.acknowledgedRecords()
              + " records were taken, --start-row "
              + sender.resumeAt(row)
              + " goes on",
          e);
    }
    if (row < options.startRow() && !stopped.getAsBoolean()) {
      throw new ProduceException(
          "--start-row is " + options.startRow() + ", but there are only " + row + " rows");
    }
    return new ProduceReport(
        sender.acknowledgedRecords(),
        sender.acknowledgedBytes(),
        Duration.ofNanos(System.nanoTime() - started),
        checks.dimension(),
        firstKey,
        sender.resumeAt(row),
        !stopped.getAsBoolean());
  }

  /** Opens each file before anything is sent: what is wrong at first sight is told at once. */
  private long rows(Path file) throws IOException {
    if (options.keyPrefix().isEmpty() && !RowFiles.mayHaveKeys(file)) {
      KeyRule.claim(file, stems);
    }
    try (RowFile rows = RowFiles.open(file, options.columns())) {
      return rows.rows();
    } catch (IOException e) {
      throw new ProduceException(file + ": " + e.getMessage(), e);
    }
  }

  private void send(Path file, long expectedRows, RecordSender sender, Progress progress)
      throws IOException {
    rowsOfLaterFiles -= expectedRows;
    KeyRule keys = new KeyRule(options.keyPrefix(), file, stems);
    long before = row;
    try (RowFile rows = RowFiles.open(file, options.columns())) {
      row += rows.skip(Math.max(0, options.startRow() - row));
      while (sent < options.limit() && !stopped.getAsBoolean()) {
        String place = file + " row " + (row - before);
        ProducerRecord<byte[], byte[]> record = next(rows, keys, row - before, place);
        if (record == null) {
          break;
        }
        sender.send(record, row, place);
        row++;
        sent++;
        if (sent % ROWS_A_STEP == 0) {
          long expected = before + rows.rows() + rowsOfLaterFiles - options.startRow();
          progress.expect(Math.min(options.limit(), Math.max(sent, expected)));
          progress.accept(sent);
        }
      }
      progress.accept(sent);
    }
  }

  private @Nullable ProducerRecord<byte[], byte[]> next(
      RowFile rows, KeyRule keys, long inFile, String place) throws ProduceException {
    try {
      Row next = rows.next();
      if (next == null) {
        return null;
      }
      byte[] key = keys.key(next, inFile, row);
      checks.check(key, next);
      if (sent == 0) {
        firstKey = Optional.of(new String(key, StandardCharsets.UTF_8));
      }
      return encoder.encode(key, next);
    } catch (IOException e) {
      throw new ProduceException(place + ": " + e.getMessage(), e);
    }
  }
}
