package io.weir.deploy.audit;

import io.weir.ingest.poll.RawHeader;
import io.weir.ingest.poll.RawRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a dead-letter topic and holds its letters against the records that were rejected.
 *
 * <p><b>Threads:</b> one.
 */
final class DeadLetterScan {

  private static final String CONNECT = "__connect.errors.";

  private final AuditRequest request;
  private final RejectedRecords rejected;
  private final Map<Integer, Long> positions;
  private long letters;
  private long unmatched;

  /**
   * Reads nothing yet.
   *
   * @param positions by partition; letters about records at or above are not counted
   */
  DeadLetterScan(AuditRequest request, RejectedRecords rejected, Map<Integer, Long> positions) {
    this.request = request;
    this.rejected = rejected;
    this.positions = positions;
  }

  DeadLetterCount run() throws AuditException {
    String topic = request.feed().deadLetterTopic().orElseThrow();
    try (TopicScan scan = new TopicScan(request.kafka(), topic)) {
      List<Integer> partitions = scan.partitions();
      scan.read(scan.beginnings(partitions), scan.ends(partitions), (_, letter) -> count(letter));
    }
    return counted(topic);
  }

  private void count(RawRecord letter) {
    Map<String, String> headers = new HashMap<>();
    for (RawHeader header : letter.headers()) {
      byte @Nullable [] value = header.value();
      if (header.name().startsWith(CONNECT) && value != null) {
        // The last of a name: those of the record itself, which may be a letter, come before.
        headers.put(
            header.name().substring(CONNECT.length()), new String(value, StandardCharsets.UTF_8));
      }
    }
    if (!request.feed().topic().equals(headers.get("topic"))) {
      return; // of another collection
    }
    try {
      int partition = Integer.parseInt(headers.getOrDefault("partition", ""));
      long offset = Long.parseLong(headers.getOrDefault("offset", ""));
      Long position = positions.get(partition);
      if (position == null || offset >= position) {
        return;
      }
      letters++;
      if (!rejected.addLetter(partition, offset)) {
        unmatched++;
      }
    } catch (NumberFormatException notOurs) {
      letters++;
      unmatched++;
    }
  }

  private DeadLetterCount counted(String topic) {
    long[] missing = new long[1];
    long[] duplicates = new long[1];
    List<String> first = new ArrayList<>();
    rejected.forEach((partition, offset, count) -> {
      if (count == 0) {
        missing[0]++;
        if (first.size() < request.maxDifferences()) {
          first.add(partition + ":" + offset);
        }
      } else {
        duplicates[0] += count - 1;
      }
    });
    return new DeadLetterCount(
        topic, rejected.size(), letters, missing[0], duplicates[0], unmatched, first);
  }
}
