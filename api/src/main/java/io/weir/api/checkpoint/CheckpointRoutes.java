package io.weir.api.checkpoint;

import io.weir.api.access.Role;
import io.weir.api.http.Answer;
import io.weir.api.http.MediaTypes;
import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.http.Request;
import io.weir.api.http.Route;
import io.weir.api.json.JsonRequest;
import io.weir.api.work.WorkerPool;
import io.weir.storage.CheckpointReport;
import io.weir.storage.CheckpointTimes;
import io.weir.storage.VectorStore;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import reactor.core.publisher.Mono;

/** Runs a checkpoint and answers when it is over; lists the latest. */
public final class CheckpointRoutes {

  private final VectorStore store;
  private final WorkerPool reads;
  private final Duration deadline;

  /**
   * Reads on this pool.
   *
   * @param deadline longest time that a request waits for its checkpoint
   */
  public CheckpointRoutes(VectorStore store, WorkerPool reads, Duration deadline) {
    this.store = store;
    this.reads = reads;
    this.deadline = deadline;
  }

  /** The routes. */
  public List<Route> routes() {
    return List.of(
        Route.get("/v1/checkpoints", this::history),
        Route.post("/v1/checkpoints", this::run).needing(Role.ADMIN));
  }

  private Mono<Answer> history(Request request) {
    return reads.run(_ -> {
      List<CheckpointReport> reports = store.checkpoints();
      CheckpointTimes times = store.checkpointTimes();
      return Answer.json(json -> CheckpointJson.history(json, times, reports));
    });
  }

  /** The checkpoint goes on when nobody waits for it any more: others may share it. */
  private Mono<Answer> run(Request request) {
    return request
        .body()
        .flatMap(body -> reads.run(_ -> start(request, body)))
        .flatMap(running -> Mono.fromFuture(running, true))
        .timeout(deadline, Mono.error(this::deadlinePassed))
        .flatMap(report -> reads.run(_ -> answer(report)));
  }

  private CompletableFuture<CheckpointReport> start(Request request, byte[] body) {
    checkEmpty(request, body);
    return store.checkpoint();
  }

  /** There is nothing to say yet; what is said all the same must not be lost in silence. */
  private static void checkEmpty(Request request, byte[] body) {
    if (body.length == 0) {
      return;
    }
    if (!request.mediaType().equals(MediaTypes.JSON)) {
      throw request.unsupportedContentType(MediaTypes.JSON);
    }
    JsonRequest.read(body, Map.of());
  }

  private static Answer answer(CheckpointReport report) {
    if (!report.succeeded()) {
      throw failed(report);
    }
    return Answer.json(json -> CheckpointJson.report(json, report));
  }

  private static ProblemException failed(CheckpointReport report) {
    String failures =
        report.shards().stream()
            .filter(shard -> shard.failure().isPresent())
            .map(shard ->
                shard.collection()
                    + " partition "
                    + shard.partition()
                    + ": "
                    + shard.failure().get())
            .collect(Collectors.joining("; "));
    return Problem.of(
            ProblemType.CHECKPOINT_FAILED,
            failures + "; their rows stay in memory and can be read again from the log")
        .toException();
  }

  private ProblemException deadlinePassed() {
    return Problem.of(
            ProblemType.DEADLINE_PASSED,
            "the checkpoint is not over after "
                + deadline.toMillis()
                + " ms; it goes on, and GET /v1/checkpoints will have it")
        .toException();
  }
}
