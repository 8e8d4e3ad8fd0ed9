package io.weir.api.search;

import io.weir.api.http.Problem;
import io.weir.api.http.ProblemException;
import io.weir.api.http.ProblemType;
import io.weir.api.view.HeldViews;
import io.weir.api.view.HeldViews.Held;
import io.weir.storage.query.HitPlace;
import io.weir.storage.query.KnnQuery;
import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Searches that go on, page by page, on the view that their first page was of.
 *
 * <p>What a client gets names the cursor, which nobody guesses, and the last hit of its page: so it
 * can ask for the same page twice, and the server remembers no pages.
 *
 * <p><b>Threads:</b> any. <b>Ownership:</b> borrows the views; what is over is forgotten when it is
 * looked for, or when a cursor is opened.
 */
final class Cursors {

  private static final int PLACE_BYTES = Float.BYTES + Integer.BYTES;

  private final HeldViews views;
  private final SecureRandom random = new SecureRandom();
  private final Map<Long, Cursor> open = new ConcurrentHashMap<>();

  Cursors(HeldViews views) {
    this.views = views;
  }

  /**
   * A search that goes on.
   *
   * @param collection name of the collection
   * @param held the view
   * @param query the search, without a place
   * @param k hits a page
   */
  record Cursor(long id, String collection, Held held, KnnQuery query, int k) {

    /** What the page behind a hit is asked for with. */
    String token(HitPlace place) {
      byte[] key = place.key().getBytes(StandardCharsets.UTF_8);
      ByteBuffer bytes = ByteBuffer.allocate(Long.BYTES + PLACE_BYTES + key.length);
      bytes.putLong(id).putFloat(place.rank()).putInt(place.partition()).put(key);
      return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.array());
    }
  }

  /** A cursor and the hit that its next page comes behind. */
  record At(Cursor cursor, HitPlace place) {}

  /**
   * Pins a view for a cursor.
   *
   * @throws ProblemException if there are as many as there may be
   */
  Held hold(HeldViews.Pinning pinning) throws IOException {
    open.values().removeIf(cursor -> cursor.held().isOver());
    return views.hold(pinning);
  }

  /** Opens a cursor on a view that was pinned for it. */
  Cursor open(String collection, Held held, KnnQuery query, int k) {
    Cursor cursor = new Cursor(random.nextLong(), collection, held, query, k);
    open.put(cursor.id(), cursor);
    return cursor;
  }

  /**
   * Finds the cursor that a client names, and says that it is used.
   *
   * @throws ProblemException if it is over, was none, or is one of another collection
   */
  At find(String collection, String token) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(Base64.getUrlDecoder().decode(token));
      Cursor cursor = open.get(bytes.getLong());
      HitPlace place = place(bytes);
      if (cursor == null || !cursor.collection().equals(collection)) {
        throw expired();
      }
      cursor.held().use();
      if (cursor.held().isOver()) {
        open.remove(cursor.id());
        throw expired();
      }
      return new At(cursor, place);
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      throw expired();
    }
  }

  /** Ends a cursor. */
  void close(Cursor cursor) {
    open.remove(cursor.id());
    cursor.held().close();
  }

  /** The problem of a cursor that is over. */
  ProblemException expired() {
    return Problem.of(
            ProblemType.CURSOR_EXPIRED,
            "there is no such cursor, or no more: it lives "
                + views.idle().toMillis()
                + " ms after its last use, "
                + views.maxAge().toMillis()
                + " ms in all, and until its last page; begin again")
        .toException();
  }

  private static HitPlace place(ByteBuffer bytes) {
    float rank = bytes.getFloat();
    int partition = bytes.getInt();
    return new HitPlace(rank, StandardCharsets.UTF_8.decode(bytes).toString(), partition);
  }
}
