package io.weir.bench.peer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene104.Lucene104Codec;
import org.apache.lucene.codecs.lucene99.Lucene99HnswVectorsFormat;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.FloatVectorValues;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.KnnVectorValues;
import org.apache.lucene.index.LeafReader;
import org.apache.lucene.index.LeafReaderContext;
import org.apache.lucene.index.PostingsEnum;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.DocIdSetIterator;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.TopDocs;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;
import org.apache.lucene.util.Version;

/**
 * Lucene with flat vectors, no graph: the id indexed and stored, the payload stored.
 *
 * <p>Stored fields cannot be told not to compress (LZ4); the payloads are random text, so that
 * there is nothing to gain.
 */
public final class LucenePeer implements Peer {

  /** Held here, for a logger that nobody holds forgets its level. */
  private static final Logger LOG = Logger.getLogger("org.apache.lucene");

  private static final String ID = "id";
  private static final String VECTOR = "vector";
  private static final String PAYLOAD = "payload";

  /** Lucene refuses more for one thread. */
  private static final int MOST_BUFFER_MIB = 1_900;

  /** Lucene. */
  public LucenePeer() {
    LOG.setLevel(Level.SEVERE);
  }

  @Override
  public String name() {
    return "lucene";
  }

  @Override
  public String version() {
    return "Lucene " + Version.LATEST;
  }

  @Override
  @SuppressWarnings("resource") // the writer closes it
  public Writer create(Path directory, long bufferBytes) throws IOException {
    IndexWriterConfig config =
        new IndexWriterConfig(null)
            .setCodec(flat())
            .setUseCompoundFile(false)
            .setRAMBufferSizeMB((double) Math.min(MOST_BUFFER_MIB, bufferBytes >> 20));
    Directory files = FSDirectory.open(directory);
    return new LuceneWriter(files, new IndexWriter(files, config));
  }

  @Override
  @SuppressWarnings("resource") // the reader closes it
  public Reader open(Path directory) throws IOException {
    Directory files = FSDirectory.open(directory);
    return new LuceneReader(files, DirectoryReader.open(files));
  }

  /** Searches what a writer has left: every vector, for there is no graph. */
  @SuppressWarnings("resource") // closed with the search
  public FlatSearch searchFlat(Path directory) throws IOException {
    Directory files = FSDirectory.open(directory);
    return new FlatSearch(files, DirectoryReader.open(files));
  }

  /** Exact nearest neighbours. One thread. */
  public static final class FlatSearch implements AutoCloseable {
    private final Directory files;
    private final DirectoryReader index;
    private final IndexSearcher searcher;

    private FlatSearch(Directory files, DirectoryReader index) {
      this.files = files;
      this.index = index;
      // Without an executor it searches on the caller's thread.
      this.searcher = new IndexSearcher(index);
      searcher.setQueryCache(null);
    }

    /** Finds the nearest, as rows. */
    public void nearest(float[] query, int k) throws IOException {
      TopDocs found = searcher.search(new KnnFloatVectorQuery(VECTOR, query, k), k);
      if (found.scoreDocs.length != k) {
        throw new IllegalStateException("Lucene has found " + found.scoreDocs.length + " rows");
      }
    }

    @Override
    public void close() throws IOException {
      index.close();
      files.close();
    }
  }

  /** The default codec, but segments of any size get no graph. */
  private static Codec flat() {
    return new Lucene104Codec() {
      @Override
      public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
        return new Lucene99HnswVectorsFormat(
            Lucene99HnswVectorsFormat.DEFAULT_MAX_CONN,
            Lucene99HnswVectorsFormat.DEFAULT_BEAM_WIDTH,
            Lucene99HnswVectorsFormat.DEFAULT_NUM_MERGE_WORKER,
            null,
            Integer.MAX_VALUE);
      }
    };
  }

  private record LuceneWriter(Directory files, IndexWriter index) implements Writer {
    @Override
    public void put(Row row) throws IOException {
      Document document = new Document();
      document.add(
          new StringField(ID, new String(row.key(), StandardCharsets.UTF_8), Field.Store.YES));
      document.add(new StoredField(PAYLOAD, row.payload()));
      document.add(
          new KnnFloatVectorField(
              VECTOR, row.vector(), VectorSimilarityFunction.MAXIMUM_INNER_PRODUCT));
      index.addDocument(document);
    }

    @Override
    public void flush() throws IOException {
      index.commit();
    }

    @Override
    public void compact() throws IOException {
      index.forceMerge(1);
      index.commit();
    }

    @Override
    public void close() throws IOException {
      index.rollback();
      files.close();
    }
  }

  private record LuceneReader(Directory files, DirectoryReader index) implements Reader {
    @Override
    public int get(byte[] key) throws IOException {
      for (LeafReaderContext leaf : index.leaves()) {
        LeafReader rows = leaf.reader();
        PostingsEnum found = rows.postings(new Term(ID, new BytesRef(key)));
        if (found != null && found.nextDoc() != DocIdSetIterator.NO_MORE_DOCS) {
          FloatVectorValues vectors = rows.getFloatVectorValues(VECTOR);
          KnnVectorValues.DocIndexIterator at = vectors.iterator();
          at.advance(found.docID());
          BytesRef payload = rows.storedFields().document(found.docID()).getBinaryValue(PAYLOAD);
          return vectors.vectorValue(at.index()).length * Float.BYTES + payload.length;
        }
      }
      throw new IllegalStateException("Lucene has lost a row");
    }

    @Override
    public void close() throws IOException {
      index.close();
      files.close();
    }
  }
}
