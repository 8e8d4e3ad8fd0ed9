package io.weir.ingest.poll;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;

class IntakesTest {
  private static final TopicPartition PARTITION = new TopicPartition("t", 0);

  private final Intakes intakes = new Intakes();
  private final List<Intake> opened = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();

  private final PartitionSource source = new OwnChoice(new MockConsumer<>("none"));

  private Disposable open() {
    return Flux.<RecordBatch>create(
            sink -> {
              Intake intake =
                  new Intake(
                      PARTITION,
                      Optional.empty(),
                      Optional.empty(),
                      new ByteCredit(new ByteBudget(1, 1)),
                      sink,
                      () -> {});
              sink.onDispose(() -> intakes.close(intake));
              opened.add(intake);
              intakes.open(intake);
            })
        .subscribe(batch -> {}, failures::add);
  }

  @Test
  void aSubscriptionMayFollowACancelledOneThatHasNotBeenLetGo() {
    Disposable first = open();
    assertEquals(opened, intakes.takeIn(source));
    assertEquals(List.of(), intakes.letGo());
    first.dispose();
    var _ = open();
    assertEquals(List.of(opened.getLast()), intakes.takeIn(source));
    assertEquals(List.of(), intakes.letGo());
    assertEquals(Optional.of(opened.getLast()), intakes.of(PARTITION));
    assertEquals(List.of(), failures);
  }

  @Test
  void aSecondSubscriptionBesideTheFirstFails() {
    var _ = open();
    var _ = open();
    assertEquals(List.of(opened.getFirst()), intakes.takeIn(source));
    assertEquals(1, failures.size());
  }
}
