package io.weir.api.qdrant;

import io.weir.api.qdrant.ScrollPlaces.Place;
import io.weir.storage.CollectionView;
import io.weir.storage.query.Filter;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.RowScan.BlockLimit;
import io.weir.storage.query.StoredRow;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * Rows of a scan, up to a limit of rows or of bytes.
 *
 * @param rows the rows; where there are more, the last of them is one too many
 * @param hasMore whether there are
 */
record RowPage(List<StoredRow> rows, boolean hasMore) {

  /** As JSON three times as large, which one answer can be. Larger than any row. */
  private static final long MAX_BYTES = 16 << 20;

  /** Rows that a block looks at, whether its filter lets them through or not. */
  private static final int LOOKS = 16_384;

  /**
   * Reads a page.
   *
   * @param from where to begin, if not with the first row
   * @param limit the most rows that are wanted
   */
  static RowPage read(
      CollectionView view,
      Optional<Filter> filter,
      PointParts parts,
      Optional<Place> from,
      int limit,
      BooleanSupplier cancelled)
      throws IOException {
    boolean payload = parts.payload().isWanted();
    RowScan scan =
        filter
            .map(some -> view.rows(parts.vector(), payload, some))
            .orElseGet(() -> view.rows(parts.vector(), payload));
    from.ifPresent(place -> scan.seek(place.partition(), place.offset()));
    List<StoredRow> rows = new ArrayList<>();
    long bytes = 0;
    while (rows.size() <= limit && bytes < MAX_BYTES) {
      RowScan.Block block =
          scan.next(new BlockLimit(limit + 1 - rows.size(), MAX_BYTES - bytes, LOOKS), cancelled);
      rows.addAll(block.rows());
      bytes += block.rows().stream().mapToLong(RowPage::bytes).sum();
      if (block.last()) {
        return new RowPage(rows, rows.size() > limit);
      }
    }
    return new RowPage(rows, true);
  }

  private static long bytes(StoredRow row) {
    return (long) row.vector().length * Float.BYTES + row.key().length() + row.payload().length;
  }
}
