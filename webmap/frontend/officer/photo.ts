// A photo leaves the phone small, and as pixels alone: without where and when it was taken.

const LONGEST_PX = 1600;
const QUALITY = 0.8;

/** Make each photo that is chosen on the page anew; what can't be is sent as it is, and made anew by the server. */
export function shrinkPhotos(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>("input[type=file]")) {
    input.addEventListener("change", () => {
      const [file] = input.files ?? [];
      if (!file || file.name === NAME) return;
      input.form?.setAttribute("data-photo", "under way");
      void remade(file)
        .then((small) => {
          const files = new DataTransfer();
          files.items.add(small);
          input.files = files.files;
        })
        .catch((error: unknown) => console.warn(error))
        .finally(() => input.form?.setAttribute("data-photo", "ready"));
    });
  }
}

const NAME = "photo.jpg";

async function remade(file: File): Promise<File> {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const share = Math.min(1, LONGEST_PX / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * share);
  canvas.height = Math.round(picture.height * share);
  canvas.getContext("2d")?.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, "image/jpeg", QUALITY));
  if (!blob) throw new Error("the photo can't be made anew");
  return new File([blob], NAME, { type: "image/jpeg" });
}
