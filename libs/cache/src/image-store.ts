import { LRUCache } from 'lru-cache';

/** Rendered pictures by the digest of what they show: equal content is never drawn twice, changed content never found. */
export interface ImageStore {
  get(digest: string): Uint8Array | undefined;
  put(digest: string, image: Uint8Array): void;
}

export function openImageStore({ maxBytes }: { maxBytes: number }): ImageStore {
  const images = new LRUCache<string, Uint8Array>({
    maxSize: maxBytes,
    sizeCalculation: (image) => image.length + 200,
  });
  return {
    get: (digest) => images.get(digest),
    put: (digest, image) => {
      images.set(digest, image);
    },
  };
}
