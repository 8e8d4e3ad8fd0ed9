package io.weir.ingest.flow;

import io.weir.ingest.decode.DecodeResult;
import io.weir.ingest.decode.RejectReason;
import io.weir.ingest.poll.RawRecord;
import io.weir.ingest.poll.RecordBatch;
import io.weir.storage.hot.AppendResult;
import io.weir.storage.record.Gap;
import io.weir.storage.record.SourcePosition;
import io.weir.storage.record.VectorRecord;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One batch on its way into the shard: a loop that leaves off where it has to wait and goes on
 * there.
 *
 * <p><b>Threads:</b> one at a time, each call of {@link #proceed} after the one before.
 */
final class BatchRun {
  private final ShardFlow flow;
  private final RecordBatch batch;
  private final DeadLetterQueue deadLetters;
  private final SchemaWait schemaWait;
  private int next;
  private boolean finished;
  private boolean waitingForRoom;
  private long waitingSinceNanos;
  private @Nullable RoomWaitEvent roomWait;

  BatchRun(ShardFlow flow, RecordBatch batch) {
    this.flow = flow;
    this.batch = batch;
    this.deadLetters = new DeadLetterQueue(flow, batch.partition());
    this.schemaWait = new SchemaWait(flow);
  }

  /** Whether the whole batch is applied, or the flow was stopped. */
  boolean finished() {
    return finished;
  }

  /**
   * Applies records until there is something to wait for, and returns what that is: when it has
   * completed, one way or the other, call again. Empty when {@link #finished}.
   */
  Optional<CompletionStage<?>> proceed() {
    while (!finished && !flow.stopped()) {
      Optional<CompletionStage<?>> wait = next < batch.records().size() ? step() : finish();
      if (wait.isPresent()) {
        return wait;
      }
    }
    finished = true;
    schemaWait.end();
    endWaitForRoom();
    return Optional.empty();
  }

  private Optional<CompletionStage<?>> step() {
    RawRecord raw = batch.records().get(next);
    return switch (flow.decoder.decode(raw)) {
      case DecodeResult.Decoded(VectorRecord decoded) -> {
        schemaWait.end();
        yield append(raw, decoded);
      }
      case DecodeResult.Rejected(RejectReason reason, String detail) -> {
        schemaWait.end();
        yield reject(
            raw,
            new Rejection(reason.id(), detail, stage(reason.part()), flow.decoder.formatName()));
      }
      case DecodeResult.Waiting(CompletionStage<?> again, String error) -> {
        endWaitForRoom();
        schemaWait.at(raw.offset(), error);
        yield Optional.of(again);
      }
    };
  }

  private Optional<CompletionStage<?>> append(RawRecord raw, VectorRecord decoded) {
    // An append moves the position past every lower offset, rejected ones too.
    Optional<CompletionStage<?>> unacknowledged = deadLetters.settle();
    if (unacknowledged.isPresent()) {
      return unacknowledged;
    }
    return switch (flow.shard.append(decoded, raw.leaderEpoch())) {
      case AppendResult.Appended _ -> {
        if (decoded instanceof VectorRecord.Upsert) {
          flow.misfits.taken();
        }
        yield passed();
      }
      case AppendResult.AlreadyApplied _ -> passed();
      case AppendResult.Full(long used, long limit, CompletionStage<?> roomFreed) -> {
        startWaitForRoom(used, limit);
        yield Optional.of(roomFreed);
      }
      case AppendResult.Refused(String reason, String detail) ->
          reject(
              raw,
              new Rejection(
                  reason, detail, Rejection.Stage.APPEND, flow.shard.getClass().getName()));
    };
  }

  private Optional<CompletionStage<?>> passed() {
    endWaitForRoom();
    next++;
    return Optional.empty();
  }

  private Optional<CompletionStage<?>> reject(RawRecord raw, Rejection rejection) {
    endWaitForRoom();
    return switch (flow.earlier.fate(raw.offset(), raw.leaderEpoch())) {
      case EarlierReading.Fate.Unmet _ -> dispose(raw, rejection);
      case EarlierReading.Fate.Passed _ -> again(rejection, () -> deadLetters.pass(raw));
      case EarlierReading.Fate.GivenUp(Gap gap) ->
          flow.stopsOnReject ? again(rejection, () -> giveUp(raw, gap)) : dispose(raw, rejection);
      case EarlierReading.Fate.StillToCome _ -> Optional.of(flow.inAMoment());
    };
  }

  /** Passes a record that was passed before. */
  private Optional<CompletionStage<?>> again(Rejection rejection, Runnable passing) {
    Optional<CompletionStage<?>> unacknowledged = deadLetters.settle();
    if (unacknowledged.isEmpty()) {
      flow.rejects.countAgain(batch.partition(), rejection);
      passing.run();
      next++;
    }
    return unacknowledged;
  }

  /** The record alone: what else was given up with it is taken in, where it can be. */
  private void giveUp(RawRecord raw, Gap gap) {
    flow.shard.advance(new SourcePosition(raw.offset(), raw.leaderEpoch()));
    flow.shard.acceptGap(new Gap(raw.offset(), raw.offset() + 1, gap.acceptedAt(), gap.reason()));
  }

  private Optional<CompletionStage<?>> dispose(RawRecord raw, Rejection rejection) {
    flow.rejects.count(batch.partition(), raw.offset(), rejection);
    if (flow.stopsOnReject) {
      throw new RecordRejectedException(raw.offset(), rejection);
    }
    deadLetters.add(raw, rejection);
    next++;
    return Optional.empty();
  }

  /** The position also passes the markers and holes behind the last record. */
  private Optional<CompletionStage<?>> finish() {
    Optional<CompletionStage<?>> unacknowledged = deadLetters.settle();
    if (unacknowledged.isEmpty()) {
      flow.shard.advance(batch.next());
      flow.applied(batch);
      finished = true;
    }
    return unacknowledged;
  }

  private void startWaitForRoom(long usedBytes, long limitBytes) {
    flow.become(new Activity.WaitingForRoom(usedBytes, limitBytes));
    if (!waitingForRoom) {
      waitingForRoom = true;
      waitingSinceNanos = System.nanoTime();
      roomWait = RoomWaitEvent.begun(flow.name, usedBytes, limitBytes);
    }
  }

  private void endWaitForRoom() {
    if (waitingForRoom) {
      waitingForRoom = false;
      if (roomWait != null) {
        roomWait.commit();
        roomWait = null;
      }
      flow.meters.roomWait().record(System.nanoTime() - waitingSinceNanos, TimeUnit.NANOSECONDS);
      flow.become(new Activity.Running());
    }
  }

  private static Rejection.Stage stage(RejectReason.Part part) {
    return switch (part) {
      case KEY -> Rejection.Stage.KEY;
      case VALUE -> Rejection.Stage.VALUE;
      case HEADER -> Rejection.Stage.HEADER;
    };
  }
}
