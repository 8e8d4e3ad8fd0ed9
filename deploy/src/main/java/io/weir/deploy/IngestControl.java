package io.weir.deploy;

import io.weir.api.FeedControl;
import io.weir.ingest.IngestService;
import io.weir.ingest.ResumeResult;
import io.weir.ingest.ResumeWay;
import java.util.OptionalLong;

/** Hands what an operator wants from the API, which does not know ingest, to ingest. */
final class IngestControl implements FeedControl {

  private final IngestService ingest;

  IngestControl(IngestService ingest) {
    this.ingest = ingest;
  }

  @Override
  public Outcome resume(String collection, int partition, Way way) {
    ResumeWay wanted =
        switch (way) {
          case Way.Retry() -> new ResumeWay.Retry();
          case Way.AcceptGap(OptionalLong nextOffset) -> new ResumeWay.AcceptGap(nextOffset);
          case Way.AcceptPartitions() -> new ResumeWay.AcceptPartitions();
          case Way.Rebuild() -> new ResumeWay.Rebuild();
        };
    return switch (ingest.resume(collection, partition, wanted)) {
      case ResumeResult.Resumed(String detail) -> new Outcome.Resumed(detail);
      case ResumeResult.Unknown() -> new Outcome.Unknown();
      case ResumeResult.Refused(String reason) -> new Outcome.Refused(reason);
    };
  }
}
