package io.weir.ingest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.weir.ingest.poll.ByteBudget;
import io.weir.ingest.poll.ByteCredit;
import io.weir.ingest.poll.IntakeException;
import io.weir.ingest.poll.PartitionPoller;
import io.weir.ingest.poll.RecordBatch;
import io.weir.ingest.testing.Await;
import io.weir.ingest.testing.EmbeddedBroker;
import io.weir.storage.record.SourcePosition;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;

/** What the client itself makes of a topic that is another one from one fetch to the next. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class RecreatedTopicTest {
  private static final String TOPIC = "recreated";

  @TempDir Path brokerFolder;
  @TempDir Path storeFolder;

  private final List<Long> offsets = new CopyOnWriteArrayList<>();
  private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

  @Test
  void nothingIsDeliveredOfATopicThatIsFilledBeyondThePositionBeforeAnybodyLooks()
      throws Exception {
    try (EmbeddedBroker broker = new EmbeddedBroker(brokerFolder);
        FeedFixture feed = new FeedFixture(broker, storeFolder, TOPIC)) {
      broker.createTopic(TOPIC, 1, Map.of());
      feed.send(0, "a", "b", "c");
      TopicLookup lookup = new TopicLookup(broker.admin());
      try (PartitionPoller poller = pollers(broker, lookup).own()) {
        Reader reader = read(poller, id(lookup));
        Await.until("the old topic's records", () -> offsets.equals(List.of(0L, 1L, 2L)));

        feed.recreateTopic();
        feed.send(0, "d", "e", "f", "g", "h");
        reader.request(1);

        Await.until(() -> "the end, have " + offsets, () -> failure.get() != null);
        IntakeException end = assertInstanceOf(IntakeException.class, failure.get());
        assertEquals(IntakeException.Kind.TOPIC_RECREATED, end.kind());
        assertEquals(List.of(0L, 1L, 2L), offsets);
      }
    }
  }

  private Reader read(PartitionPoller poller, Optional<UUID> topicId) {
    Reader reader = new Reader();
    poller
        .batches(
            TOPIC,
            0,
            topicId,
            Optional.of(new SourcePosition(0, 0)),
            new ByteCredit(new ByteBudget(1 << 20, 0)))
        .subscribe(reader);
    return reader;
  }

  /** Reads three records, and more when it is told to: meanwhile nothing is fetched. */
  private final class Reader extends BaseSubscriber<RecordBatch> {
    @Override
    protected void hookOnSubscribe(Subscription subscription) {
      request(1);
    }

    @Override
    protected void hookOnNext(RecordBatch batch) {
      batch.records().forEach(record -> offsets.add(record.offset()));
      batch.release();
      if (offsets.size() < 3) {
        request(1);
      }
    }

    @Override
    protected void hookOnError(Throwable error) {
      failure.set(error);
    }
  }

  private static Pollers pollers(EmbeddedBroker broker, TopicLookup lookup) {
    IngestSettings settings =
        IngestSettings.of(
            Map.of("bootstrap.servers", broker.bootstrapServers()),
            List.of(CollectionFeed.of("films", TOPIC, RecordFormat.FLOAT32)));
    return new Pollers(settings, lookup::ids, Optional.empty(), Optional.empty());
  }

  private static Optional<UUID> id(TopicLookup lookup) {
    TopicLookup.Topic topic =
        Optional.ofNullable(lookup.topics(List.of(TOPIC)).get(TOPIC)).orElseThrow();
    return assertInstanceOf(TopicLookup.Topic.Present.class, topic).id();
  }
}
