package io.weir.api.qdrant;

import io.weir.api.filter.PointFilterReader;
import io.weir.api.json.JsonRequest;
import io.weir.storage.CollectionView;
import io.weir.storage.VectorCollection;
import io.weir.storage.query.RowScan;
import io.weir.storage.query.RowScan.BlockLimit;
import io.weir.storage.query.StoredRow;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import tools.jackson.core.JsonParser;

/**
 * Finds the keys of points by their ids. Where ids are made of keys by a hash, there is no way back
 * but to look at all keys: one pass over the rows, without their vectors and payloads, for each
 * call.
 *
 * <p><b>Threads:</b> one; calls may wait for disks.
 */
final class KeyLookup implements PointFilterReader.Ids {

  private static final BlockLimit BLOCK = new BlockLimit(4_096, 1 << 20, 16_384);

  private final PointIds ids;
  private final VectorCollection collection;
  private final BooleanSupplier cancelled;

  KeyLookup(PointIds ids, VectorCollection collection, BooleanSupplier cancelled) {
    this.ids = ids;
    this.collection = collection;
    this.cancelled = cancelled;
  }

  /** Reads the id that the parser stands on. */
  String id(JsonParser json, String what) {
    return ids.read(json, what);
  }

  @Override
  public List<String> keys(JsonParser json, String place, int most) {
    return List.copyOf(keys(list(json, place, most)).values());
  }

  /** Reads an array of ids. */
  List<String> list(JsonParser json, String place, int most) {
    List<String> read = new ArrayList<>();
    JsonRequest.array(
        json, place, most, i -> element -> read.add(ids.read(element, place + "[" + i + "]")));
    return read;
  }

  /** The key of an id; empty if it is known that there is no row. */
  Optional<String> key(String id) {
    return Optional.ofNullable(keys(List.of(id)).get(id));
  }

  /**
   * The keys of some ids, by id; one that is left out has no row, one that is there may have one.
   */
  Map<String, String> keys(Collection<String> wanted) {
    Map<String, String> keys = new HashMap<>();
    if (ids.areKeys()) {
      wanted.forEach(id -> keys.put(id, id));
      return keys;
    }
    try (CollectionView view = collection.view(Map.of())) {
      Set<String> missing = new HashSet<>();
      for (String id : wanted) {
        if (view.get(id).isPresent()) {
          keys.put(id, id);
        } else if (PointIds.isUuid(id)) {
          missing.add(id);
        }
      }
      find(view, missing, keys);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return keys;
  }

  private void find(CollectionView view, Set<String> missing, Map<String, String> keys)
      throws IOException {
    RowScan scan = view.rows(false, false);
    boolean more = true;
    while (more && !missing.isEmpty()) {
      RowScan.Block block = scan.next(BLOCK, cancelled);
      for (StoredRow row : block.rows()) {
        String id = ids.of(row.key());
        if (missing.remove(id)) {
          keys.put(id, row.key());
        }
      }
      more = !block.last();
    }
  }
}
