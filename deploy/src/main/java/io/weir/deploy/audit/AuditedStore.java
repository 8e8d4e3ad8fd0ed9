package io.weir.deploy.audit;

import io.weir.api.client.CollectionClient;
import io.weir.api.client.CollectionDescription;
import io.weir.api.client.Payload;
import io.weir.api.client.Row;
import io.weir.api.client.RowAnswer;
import io.weir.api.client.Vector;
import io.weir.api.client.WeirClient;
import io.weir.api.client.WeirProblemException;
import io.weir.deploy.client.Answers;
import io.weir.deploy.client.ClientException;
import io.weir.deploy.client.ServerAddress;
import io.weir.storage.record.Metric;
import io.weir.storage.record.VectorSchema;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The collection that is audited, as a running Weir shows it. That there is no row is an answer,
 * and that the store cannot read one is a finding: neither is an error.
 *
 * <p><b>Threads:</b> any; each question waits for its answer.
 */
final class AuditedStore implements AutoCloseable {

  private static final int SERVER_ERROR = 500;
  private static final int OVERLOADED = 503;
  private static final byte[] NO_PAYLOAD = {};
  private static final long NO_TIMESTAMP = -1;

  private final WeirClient weir;
  private final CollectionClient collection;

  /**
   * Names whom to ask.
   *
   * @throws AuditException if that is no HTTP address, or a file is not what it should be
   */
  AuditedStore(ServerAddress server, String collection) throws AuditException {
    try {
      this.weir = server.connect();
    } catch (ClientException e) {
      throw failed(e);
    }
    this.collection = weir.collection(collection);
  }

  /**
   * A collection at a moment.
   *
   * @param rows live rows by partition
   * @param applied position by partition: all records below have been dealt with
   */
  record Description(
      VectorSchema schema, SortedMap<Integer, Long> rows, SortedMap<Integer, Long> applied) {}

  Description describe() throws AuditException, InterruptedException {
    CollectionDescription found;
    try {
      found = Answers.await(collection.describe());
    } catch (ClientException e) {
      throw new AuditException(
          "collection " + collection.name() + " is not described: " + e.getMessage(), e);
    }
    SortedMap<Integer, Long> rows = new TreeMap<>();
    SortedMap<Integer, Long> applied = new TreeMap<>();
    for (CollectionDescription.Shard shard : found.shards()) {
      rows.put(shard.partition(), shard.liveRows());
      applied.put(
          shard.partition(), shard.applied().map(position -> position.nextOffset()).orElse(0L));
    }
    Metric metric = Metric.valueOf(found.metric().name());
    return new Description(new VectorSchema(found.dimension(), metric), rows, applied);
  }

  /** What the store says of a key. */
  sealed interface Lookup {

    /** The row. */
    record Found(Row row) implements Lookup {}

    /** There is none. */
    record Absent() implements Lookup {}

    /** The store failed. */
    record Unreadable(String detail) implements Lookup {}
  }

  Lookup get(byte[] key) throws AuditException, InterruptedException {
    try {
      Optional<RowAnswer> found =
          Answers.awaitIfAny(collection.get(new String(key, StandardCharsets.UTF_8)));
      return found
          .<Lookup>map(answer -> new Lookup.Found(answer.row()))
          .orElseGet(Lookup.Absent::new);
    } catch (ClientException e) {
      if (e.getCause() instanceof WeirProblemException problem
          && problem.status() >= SERVER_ERROR
          && problem.status() != OVERLOADED) {
        return new Lookup.Unreadable(problem.detail());
      }
      throw failed(e);
    }
  }

  private static AuditException failed(ClientException failure) {
    return new AuditException(String.valueOf(failure.getMessage()), failure);
  }

  /** The vector of a row, little-endian float32. */
  static byte[] vector(Row row) {
    return row.vector().map(Vector::toBytes).orElseGet(() -> new byte[0]);
  }

  /** The payload of a row; no bytes where there is none. */
  static byte[] payload(Row row) {
    return row.payload().map(Payload::toBytes).orElse(NO_PAYLOAD);
  }

  /** The timestamp of a row; -1 where there is none. */
  static long timestampMillis(Row row) {
    return row.timestamp().map(Instant::toEpochMilli).orElse(NO_TIMESTAMP);
  }

  @Override
  public void close() {
    weir.close();
  }
}
