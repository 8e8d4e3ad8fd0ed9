package io.weir.deploy.check;

import io.weir.storage.check.StoreReport;
import io.weir.storage.check.StoreReport.ChunkReport;
import io.weir.storage.check.StoreReport.CollectionReport;
import io.weir.storage.check.StoreReport.DeadFileReport;
import io.weir.storage.check.StoreReport.Parts;
import io.weir.storage.check.StoreReport.SegmentReport;
import io.weir.storage.check.StoreReport.ShardReport;
import java.util.ArrayList;
import java.util.List;

/** Says what all bytes of a store are for. */
final class ByteShares {
  private ByteShares() {}

  /** Bytes of one kind. */
  record Share(String name, long bytes) {}

  /** The shares of all files that count, in the order of the format. */
  static List<Share> of(StoreReport report) {
    Parts sum = new Parts(0, 0, 0, 0, 0, 0, 0, 0);
    long marks = 0;
    for (CollectionReport collection : report.collections()) {
      for (ShardReport shard : collection.shards()) {
        for (SegmentReport segment : shard.segments()) {
          for (ChunkReport chunk : segment.chunks()) {
            sum = plus(sum, chunk.parts());
          }
        }
        marks += shard.deadFiles().stream().mapToLong(DeadFileReport::bytes).sum();
      }
    }
    long chunks =
        sum.user() + sum.table() + sum.index() + sum.fields() + sum.checks() + sum.padding();
    List<Share> shares = new ArrayList<>();
    shares.add(new Share("vectors", sum.vectors()));
    shares.add(new Share("keys", sum.keys()));
    shares.add(new Share("payloads", sum.payloads()));
    shares.add(new Share("table", sum.table()));
    shares.add(new Share("index", sum.index()));
    shares.add(new Share("fields", sum.fields()));
    shares.add(new Share("checks", sum.checks()));
    shares.add(new Share("padding", sum.padding()));
    shares.add(new Share("dead marks", marks));
    shares.add(new Share("manifests", report.bytes() - chunks - marks));
    return shares;
  }

  private static Parts plus(Parts a, Parts b) {
    return new Parts(
        a.vectors() + b.vectors(),
        a.keys() + b.keys(),
        a.payloads() + b.payloads(),
        a.table() + b.table(),
        a.index() + b.index(),
        a.fields() + b.fields(),
        a.checks() + b.checks(),
        a.padding() + b.padding());
  }
}
